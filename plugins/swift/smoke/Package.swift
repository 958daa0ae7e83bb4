// swift-tools-version:5.9
import PackageDescription

let package = Package(
    name: "shop",
    targets: [
        .target(name: "Shop"),
        .testTarget(name: "ShopTests", dependencies: ["Shop"]),
    ]
)
