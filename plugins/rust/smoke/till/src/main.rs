fn main() {
    let prices = [3, 4];
    let sum = dbg!(basket::total(&prices));
    println!("{}", ledger::entry(sum));
}

#[cfg(test)]
mod tests {
    #[test]
    fn prints() {
        assert_eq!(ledger::entry(7), "7");
    }
}
