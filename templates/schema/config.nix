{
  port = 8200;
  zones = {
    delhi = 5.5;
    london = 0;
  };
}
