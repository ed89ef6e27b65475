{ compose, ... }:
{
  actual = map (problem: "${problem.kind} ${problem.path} ${problem.mark} ${problem.found or ""}") (
    (compose [
      ({ lib, ... }: {
        app.name = lib.mkIf "yes" "a";
        app.level = lib.mkMerge { a = 1; };
        labels.a = lib.mkOverride "50" "a";
        network.limits = lib.mkMerge "x";
        network.peers = lib.mkOrder "1" [ ];
        zones.eu = lib.mkIf 1 { size = 1; };
        mirror = lib.mkForce (lib.mkIf "yes" { url = "a"; });
      })
      ({ lib, ... }: { network = lib.mkIf null { port = 1; }; })
    ]).problems
  );
  expected = [
    "property-argument /app/level mkMerge a set"
    "property-argument /app/name mkIf a string"
    "property-argument /labels/a mkOverride a string"
    "property-argument /mirror mkIf a string"
    "property-argument /network mkIf null"
    "property-argument /network/limits mkMerge a string"
    "property-argument /network/peers mkOrder a string"
    "property-argument /zones/eu mkIf an integer"
  ];
}
