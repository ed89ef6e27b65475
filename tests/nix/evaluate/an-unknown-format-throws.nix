{ throws, ... }:
let
  inherit (import ../../../modules/formats.nix) parse;
in
{
  actual = map (format: throws (parse format)) [
    "toml"
    "json"
    "yaml"
    "yml"
    "TOML"
    null
  ];
  expected = [
    false
    false
    false
    true
    true
    true
  ];
}
