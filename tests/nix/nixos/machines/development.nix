# Relative folders, another environment.
{
  services.bitcraps = {
    enable = true;
    environment = "Development";
    settings = ../../../../config/development.nix;
  };
}
