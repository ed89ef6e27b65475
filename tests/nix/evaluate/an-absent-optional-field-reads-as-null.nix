{ composeIn, ... }:
{
  actual =
    let
      c = (composeIn "Development" [ ]).config;
    in
    [
      c.network.proxy
      c.network.certificate
      c.mirror
      c.extra
    ];
  expected = [
    null
    null
    null
    null
  ];
}
