let
  inherit (builtins) fromJSON;
in
fromJSON ''{ "app": { "name": "computed" } }''
// {
  # The section has a place, its fields have none.
  network.limits = fromJSON ''{ "burst": 1, "rate": 0.5 }'';
}
