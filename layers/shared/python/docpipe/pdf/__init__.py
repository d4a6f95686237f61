"""PDF documents. PyMuPDF lives here and nowhere else."""
