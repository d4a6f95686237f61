"""What owners are told, in JSON: documents, the same by HTTP and over the WebSocket; and events, to webhooks."""
