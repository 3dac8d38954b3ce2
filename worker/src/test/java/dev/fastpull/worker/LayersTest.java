package dev.fastpull.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A request goes straight down the packages; none calls back up. */
class LayersTest {
    private static final String ROOT = "dev.fastpull.worker.";
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.fastpull.worker");

    @Test
    void theStagesOfABuildKnowNothingOfQueueJobOrEvent() {
        noClasses().that()
                .resideInAnyPackage(ROOT + "context", ROOT + "image", ROOT + "verify", ROOT + "publish",
                        ROOT + "registry", ROOT + "disk", ROOT + "process")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "queue", ROOT + "job", ROOT + "event", ROOT + "metrics", ROOT + "cli")
                .check(classes);
    }

    @Test
    void nothingButTheCommandLineKnowsTheCommandLine() {
        noClasses().that()
                .resideOutsideOfPackage(ROOT + "cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "cli")
                .check(classes);
    }

    @Test
    void noPackagesDependOnEachOther() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(classes);
    }
}
