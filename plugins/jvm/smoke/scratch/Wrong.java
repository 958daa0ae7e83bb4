package scratch;

/**
 * A class.
 * <li>loose</p>
 */
class Wrong {
    /** @param nothing that is there */
    int half(String text) {
        Strin copy = text;
        return text.lenght() / copy;
    }
}
