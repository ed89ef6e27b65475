{ problemsOf, ... }:
{
  actual = problemsOf [
    {
      network.relays = [
        {
          url = "a";
          wieght = 1;
        }
      ];
      zones.eu.sise = 1;
      profile.Custum = { };
      mirror.dept = 1;
      labels.any = "is fine";
      extra.any = "too";
    }
  ];
  expected = [
    "unknown-key /mirror/dept"
    "unknown-key /network/relays/0/wieght"
    "unknown-key /profile/Custum"
    "unknown-key /zones/eu/sise"
  ];
}
