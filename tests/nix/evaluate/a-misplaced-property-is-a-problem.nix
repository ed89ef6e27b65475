{ compose, ... }:
{
  actual =
    map (p: "${p.kind} ${p.path} ${p.mark}")
      (compose [
        ({ lib, ... }: {
          app.name = lib.mkForce (lib.mkIf true "a");
          app.level = lib.mkBefore (lib.mkForce "a");
          network = lib.mkOrder 5 { port = 1; };
          labels = lib.mkForce (lib.mkMerge [ { a = "1"; } ]);
          zones = lib.mkForce { a = lib.mkForce { size = 1; }; };
        })
      ]).problems;
  expected = [
    "misplaced /app/level mkForce"
    "misplaced /app/name mkIf"
    "misplaced /labels mkMerge"
    "misplaced /network mkOrder"
  ];
}
