{
  performance.Custom = {
    cpu.target_utilization = 120;
    memory.eviction_policy = "FIFO";
    battery.low_battery_treshold = 10;
  };
}
