namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>The parts of a cell that each ask for addresses.</summary>
internal static class AddressPieces
{
    /// <summary>Without what people write around addresses: labels, remarks in brackets, points in brackets.</summary>
    public static string WithoutLabels(string text) =>
        AddressPatterns.Label().Replace(text.Replace("[.]", ".", StringComparison.Ordinal).Replace("(.)", ".", StringComparison.Ordinal), "");

    public static IEnumerable<string> Of(string text)
    {
        text = AddressPatterns.AroundMarks().Replace(text.Replace('至', '~').Replace('到', '~'), "${mark}");
        foreach (var piece in AddressPatterns.Separators().Split(text))
        {
            var dotted = piece.Replace(',', '.');
            if (dotted != piece && AddressPatterns.OneQuad().IsMatch(dotted))
            {
                // A comma typed for a point; a list would have more parts.
                yield return dotted;
                continue;
            }

            foreach (var part in piece.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                yield return part;
            }
        }
    }
}
