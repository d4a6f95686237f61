"""Live progress: WebSocket connections."""
