{ compose, ... }:
{
  actual =
    let
      file = builtins.toFile "m.nix" "";
    in
    builtins.attrNames
      (compose [
        {
          _file = "${file}";
          app.name = "a";
        }
      ]).origins;
  expected = [ "/app/name" ];
}
