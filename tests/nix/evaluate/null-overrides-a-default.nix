{ compose, ... }:
{
  actual =
    let
      r = compose [ { network.certificate = null; } ];
    in
    [
      r.settings
      r.config.network.certificate
    ];
  expected = [
    { network.certificate = null; }
    null
  ];
}
