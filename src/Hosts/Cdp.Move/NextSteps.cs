using Cdp.Move.Sides;

namespace Cdp.Move;

/// <summary>What there is to do after a move.</summary>
internal static class NextSteps
{
    public static string After(Place to, Side source, Side target) => to == Place.Engines
        ? $"Done. Start the platform with the same settings.\n{source.Name} is as it was; {WhatMayGo(source)}"
        : $"Done. Start the platform without connection strings on {target.Name}.\n{source.Name} is as it was: keep it until you are content, then drop it.";

    private static string WhatMayGo(Side source) => source.IsWithLog
        ? "keep it until you are content, then delete it."
        : "the event log stays in it (log.db, log.id), the other files may go once you are content.";
}
