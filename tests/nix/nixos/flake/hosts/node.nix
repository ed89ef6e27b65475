{
  services.bitcraps = {
    enable = true;
    settings = {
      imports = [ ../shared.nix ];
      network.listen_address = "localhost";
    };
  };
}
