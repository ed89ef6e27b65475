{ settingsOf, throws, ... }:
let
  owner = name: (settingsOf [ ({ secret, ... }: { app.owner = secret name; }) ]).app.owner;
in
{
  # A text that is not a name may be the secret itself, which no file or message may hold.
  actual =
    map owner [
      "db"
      "1A"
      "A-B"
      ""
    ]
    ++ [ (throws (owner 5)) ];
  expected = [
    "\${SECRET_}"
    "\${SECRET_}"
    "\${SECRET_}"
    "\${SECRET_}"
    true
  ];
}
