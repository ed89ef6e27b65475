{ server.port = 80; }
