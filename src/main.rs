fn main() {
    shakedown::engine::sandbox::maybe_become_device_process();
}
