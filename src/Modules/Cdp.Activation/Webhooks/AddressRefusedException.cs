namespace Cdp.Activation.Webhooks;

/// <summary>A host has no address that a webhook may go to.</summary>
internal sealed class AddressRefusedException() : IOException("The host is on a private address.");
