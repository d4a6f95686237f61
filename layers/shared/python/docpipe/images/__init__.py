"""Image files: JPEG, PNG, TIFF, HEIC, WebP, BMP, GIF. Pillow opens them."""
