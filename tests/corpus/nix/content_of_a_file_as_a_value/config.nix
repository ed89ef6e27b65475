{
  network.listen_address = builtins.readFile ./address.txt;
}
