{
  performance.Custom.cpu = "fast";
}
