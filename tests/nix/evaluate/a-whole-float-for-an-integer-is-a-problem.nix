{ compose, ... }:
{
  actual =
    map
      (p: [
        p.kind
        p.path
        p.value
      ])
      (compose [
        {
          network = {
            port = 10.0;
            ports = [
              1
              2.0
            ];
          };
        }
      ]).problems;
  expected = [
    [
      "whole-float"
      "/network/port"
      10
    ]
    [
      "whole-float"
      "/network/ports/1"
      2
    ]
  ];
}
