{ load, ... }:
let
  namesOf = name: builtins.attrNames ((load name).mapAt "/etc/service/schema.json");
in
{
  actual = map namesOf [
    "references"
    "identified"
    "recursive"
  ];
  expected = [
    [
      "file:///etc/service/parts/a%20part.json"
      "file:///etc/service/parts/log.json"
      "https://example.net/"
      "https://example.net/level.json"
    ]
    [
      "https://example.net/"
      "https://example.org/schemas/parts/log.json"
    ]
    [ "https://example.net/" ]
  ];
}
