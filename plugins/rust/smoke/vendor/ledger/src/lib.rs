pub fn entry(amount: u32) -> String {
    format!("{amount}")
}
