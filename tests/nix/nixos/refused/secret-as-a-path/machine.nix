{
  services.bitcraps.secrets.DB_PASSWORD = ./machine.nix;
}
