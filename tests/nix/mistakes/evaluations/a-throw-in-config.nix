{
  config = throw "my own message";
}
