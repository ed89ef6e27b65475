{ configOf, ... }:
{
  actual =
    (configOf [
      {
        zones.eu = {
          size = 2;
          hosts = [ "a" ];
        };
      }
      ({ lib, ... }: {
        zones.eu = {
          size = lib.mkForce 3;
          hosts = [ "b" ];
        };
        zones.us = { };
      })
    ]).zones;
  expected = {
    eu = {
      size = 3;
      hosts = [
        "a"
        "b"
      ];
    };
    us = {
      size = 1;
      hosts = [ ];
    };
  };
}
