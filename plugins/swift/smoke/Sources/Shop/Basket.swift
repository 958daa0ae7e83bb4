public struct Basket {
    public private(set) var total = 0

    public init() {}

    public mutating func add(_ count: Int) {
        let never = 1
        total += count;
    }

    public func remove(_ count: Any) -> Int {
        _ = count as! Int
        return total
    }
}
