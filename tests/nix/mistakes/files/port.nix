{ network.listen_port = 8401; }
