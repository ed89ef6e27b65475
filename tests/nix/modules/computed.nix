let
  inherit (builtins) fromJSON;
in
fromJSON ''{ "app": { "name": "computed" } }''
// {
  # The section has a position, its fields do not.
  network.limits = fromJSON ''{ "burst": 1, "rate": 0.5 }'';
}
