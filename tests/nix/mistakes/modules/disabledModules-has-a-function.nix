{
  disabledModules = [
    (x: x)
    null
  ];
}
