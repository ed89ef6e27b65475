{ lib, ... }:
lib.mkMerge [
  { network.listen_port = 8333; }
  5
]
