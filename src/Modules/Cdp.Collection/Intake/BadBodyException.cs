namespace Cdp.Collection.Intake;

/// <summary>A whole request cannot be read; nothing of it was taken.</summary>
/// <param name="message">Names the field or limit, and what was expected.</param>
public sealed class BadBodyException(string message) : Exception(message);
