package io.watertight.examples;

/** Runs every leak pattern of the clinic and prints what the library reports. */
public final class Clinic {

    private Clinic() {}

    /** Runs the clinic; takes no arguments. */
    public static void main(String[] args) {
        System.out.println("The leak clinic has no patients yet.");
    }
}
