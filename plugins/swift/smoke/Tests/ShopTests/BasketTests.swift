import XCTest

@testable import Shop

final class BasketTests: XCTestCase {
    func testAdds() {
        var basket = Basket()
        basket.add(2)
        XCTAssertEqual(basket.total, 2)
    }

    func testRemoves() {
        var basket = Basket()
        basket.add(2)
        XCTAssertEqual(basket.remove(1), 1)
    }

    func testLater() throws {
        throw XCTSkip("later")
    }
}
