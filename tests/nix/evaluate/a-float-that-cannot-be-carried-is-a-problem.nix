{ problemsOf, ... }:
{
  actual =
    let
      big = 1.0e308;
    in
    problemsOf [
      {
        network.ratio = big * 10;
        extra = [
          (big * 10 - big * 10)
          0.25
        ];
      }
    ];
  expected = [
    "float-precision /extra/0"
    "float-precision /network/ratio"
  ];
}
