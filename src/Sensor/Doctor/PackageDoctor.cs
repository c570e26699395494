using System.Globalization;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Signatures;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Commands;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Doctor;

/// <summary>What <c>minerflow doctor package</c> was told.</summary>
/// <param name="Folder">A package, or a folder that holds packages.</param>
/// <param name="PublicKey">File of the sender's public key; null to leave signatures unchecked.</param>
/// <param name="InJson">One JSON object a line.</param>
internal sealed record PackageQuestion(string Folder, string? PublicKey, bool InJson);

/// <summary>Looks at packages that lie in a folder: whole, unchanged, and of the sender whose key was given. It needs no ledger.</summary>
internal sealed class PackageDoctor(Terminal terminal, ReportLanguage language)
{
    private readonly PackageTexts _texts = PackageTexts.For(language);

    /// <returns>1 when a package is damaged or its signature was not checked.</returns>
    public int Run(PackageQuestion question)
    {
        try
        {
            using var key = question.PublicKey is { } path ? SigningKey.Load(path) : null;
            var findings = Packages(question.Folder).SelectMany(folder => Examine(folder, key)).ToList();
            if (findings.Count == 0)
            {
                findings.Add(new Finding("package", question.Folder, FindingState.Bad, _texts.NoPackage, _texts.NoPackageAdvice));
            }

            return DoctorReport.Tell(terminal, findings, question.InJson, DoctorTexts.For(language));
        }
        catch (Exception problem) when (problem is ChannelException or IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine($"minerflow: {(problem is UnauthorizedAccessException ? $"{question.Folder}: {_texts.MayNotRead}" : problem.Message)}");
            return ExitCode.Unreadable;
        }
    }

    /// <summary>The folder itself when it is a package, else every folder in it.</summary>
    private static IEnumerable<string> Packages(string folder)
    {
        string[] marks = [DropLayout.ManifestName, DropLayout.MarkerName];
        return marks.Any(name => File.Exists(Path.Combine(folder, name))) ? [folder] : Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal);
    }

    private IEnumerable<Finding> Examine(string folder, SigningKey? key)
    {
        var verdict = PackageFolder.Check(folder, key);
        foreach (var (fault, name, detail) in verdict.Findings)
        {
            yield return new Finding("package", Path.Combine(folder, name), FindingState.Bad, detail.Length > 0 ? $"{_texts.Faults[fault]} ({detail})" : _texts.Faults[fault], _texts.DamageAdvice);
        }

        if (verdict.Findings.Count > 0 || verdict.Manifest is not { } manifest)
        {
            yield break;
        }

        yield return new Finding("package", folder, FindingState.Good, string.Format(
            CultureInfo.InvariantCulture, _texts.Whole, manifest.Files.Count, manifest.Destination, manifest.Sequence, manifest.Recipient, manifest.Id));
        yield return verdict switch
        {
            { IsSigned: true } => new Finding("package-signature", folder, FindingState.Good, string.Format(CultureInfo.InvariantCulture, _texts.Signed, key!.Id)),
            { HasSignature: true } => new Finding("package-signature", folder, FindingState.Doubtful, _texts.Unchecked, _texts.KeyAdvice),
            _ => new Finding("package-signature", folder, FindingState.Doubtful, _texts.Unsigned, _texts.SignAdvice),
        };
    }
}
