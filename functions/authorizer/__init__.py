"""Who asks: bearer tokens, for the HTTP API and for WebSocket connections."""
