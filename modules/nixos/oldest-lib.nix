# The oldest nixpkgs that the NixOS modules support.
let
  release = "25.11";
in
{
  inherit release;

  # Returns the value if the lib is new enough. Its `release` does not tell, because the unstable channel has
  # the number of the release long before its functions.
  requireLib =
    lib: option: value:
    if lib ? types.externalPath then
      value
    else
      throw "${option} needs NixOS ${release} or newer, and this lib is of ${lib.trivial.release or "an older release"}: update the input nixpkgs";
}
