def forgotten(:
    return 1
