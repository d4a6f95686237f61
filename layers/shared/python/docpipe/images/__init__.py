"""Image files: JPEG, PNG, TIFF, HEIC, AVIF, WebP, BMP, GIF, JPEG 2000. Pillow opens them."""
