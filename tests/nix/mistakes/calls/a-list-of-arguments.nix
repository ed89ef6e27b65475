{ confgate, gate }:
gate.mkBundle [ ./production.nix ]
