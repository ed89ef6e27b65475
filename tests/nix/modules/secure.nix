{ network.secure = true; }
