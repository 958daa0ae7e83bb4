//! A basket of goods. Every fault in it is planted.

#[cfg(feature = "broken")]
mod broken;

/// The price of all goods.
///
/// ```
/// assert_eq!(basket::total(&[1, 2]), 4);
/// ```
pub fn total(prices: &[u32]) -> u32 {
    return prices.iter().sum();
}

/// The price without the discount, see [`Discount`].
pub fn reduced(price: u32, discount: u32) -> u32 {
    let percent = 100;
    price-discount
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(total(&[1, 2]), 3);
    }

    #[test]
    fn reduces() {
        assert_eq!(reduced(100, 25), 70, "a quarter less");
    }

    #[test]
    #[should_panic(expected = "overflow")]
    fn never_below_zero() {
        reduced(5, 1);
    }

    #[test]
    #[ignore = "needs a till"]
    fn is_paid() {}

    #[test]
    fn is_parsed() -> Result<(), std::num::ParseIntError> {
        "twelve".parse::<u32>()?;
        Ok(())
    }
}
