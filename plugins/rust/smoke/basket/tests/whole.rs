#[test]
fn is_empty() {
    println!("nothing in it");
    assert_eq!(basket::total(&[]), 0);
}

#[test]
fn holds_a_hundred() {
    let prices: Vec<u32> = vec![1; 100];
    assert!(basket::total(&prices) == 99);
}
