{ config, ... }: if config.app.enable_tui then { app.name = "a"; } else { app.name = "b"; }
