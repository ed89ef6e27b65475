number: { network.port = number; }
