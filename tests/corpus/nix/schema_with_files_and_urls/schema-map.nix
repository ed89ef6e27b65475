{ "https://example.net/" = ./urls; }
