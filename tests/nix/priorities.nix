# Every priority from 0 to 2000 alone, against a definition without one, and against its neighbours, by
# name: on a value, a list, an optional value, a section and a map.
{ lib }:
let
  inherit (builtins)
    concatMap
    genList
    listToAttrs
    ;
  inherit (lib) mkOptionDefault mkOverride;

  sets = priority: {
    alone = [
      {
        app.name = mkOverride priority "a";
        network.peers = mkOverride priority [ "a" ];
        network.proxy = mkOverride priority null;
        labels = mkOverride priority { a = "1"; };
        zones.eu = mkOverride priority { hosts = [ "a" ]; };
      }
    ];
    plain = [
      {
        app.name = "a";
        network = mkOverride priority {
          port = 1;
          peers = [ "a" ];
        };
      }
      {
        app = mkOverride priority { name = "b"; };
        network.peers = [ "b" ];
      }
    ];
    neighbours = [
      {
        network.port = mkOverride priority 1;
        network.peers = mkOverride priority [ "a" ];
      }
      {
        network.port = mkOverride (priority + 1) 2;
        network.peers = mkOptionDefault [ "b" ];
      }
    ];
  };
in
listToAttrs (
  concatMap (
    priority:
    let
      made = sets priority;
    in
    map (name: {
      name = "priority ${toString priority} ${name}";
      value = made.${name};
    }) (builtins.attrNames made)
  ) (genList (priority: priority) 2001)
)
