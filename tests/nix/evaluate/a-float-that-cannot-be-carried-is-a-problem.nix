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
    "not-finite /extra/0"
    "not-finite /network/ratio"
  ];
}
